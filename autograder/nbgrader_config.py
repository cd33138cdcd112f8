"""nbgrader's view of the course: its folders, what a student finds to fill in, how it is graded."""

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "ptbasics"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "course"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"
# the Markdown that a notebook is made from stays beside it and is not handed out
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.md"]

c.ClearSolutions.code_stub = {
    "python": "# TODO: put your code in place of the next line\nraise NotImplementedError()"
}
c.ClearSolutions.text_stub = "*Your answer: double-click here, and write in place of this line.*"

# grading as `ptbasics grade` does it: any file is read, and exercises are observed, not executed
c.Autograde.exporter_class = "ptbasics.grading.bridge.preprocessor.TolerantExporter"
c.Autograde.pre_convert_hook = "ptbasics.grading.bridge.preprocessor.expect_notebook"
c.Autograde.autograde_preprocessors = [
    "ptbasics.grading.bridge.preprocessor.GradeExercises",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "ptbasics.grading.bridge.late.AssignPenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.AssignLatePenalties.plugin_class = "ptbasics.grading.bridge.late.LatePenalties"
c.GenerateFeedback.exporter_class = "ptbasics.grading.bridge.pages.PageExporter"
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    "ptbasics.grading.bridge.preprocessor.SummarizeGrades",
]

# feedback pages and the formgrader show what students wrote, and run none of it
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {
    "clean_html": "ptbasics.grading.bridge.safe_html.clean_html",
    "markdown2html": "ptbasics.grading.bridge.safe_html.markdown2html",
    "highlight_code": "ptbasics.grading.bridge.pages.highlight_code",
}
c.WidgetsDataTypeFilter.display_data_priority = [
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "text/latex",
    "image/png",
    "image/jpeg",
    "text/plain",
]
