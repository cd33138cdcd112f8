"""What grading leaves for people and machines: tables, exports, the class report."""
