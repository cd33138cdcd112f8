"""Exercises of lesson 3: slopes, the graph behind them, and what cuts it."""

from ptbasics.exercises.l03_autograd.slope import slope
from ptbasics.exercises.l03_autograd.numerical_gradient import numerical_gradient
from ptbasics.exercises.l03_autograd.descend import descend
from ptbasics.exercises.l03_autograd.microbatch_backward import microbatch_backward
from ptbasics.exercises.l03_autograd.ridge_loss import ridge_loss
from ptbasics.exercises.l03_autograd.smooth import smooth
from ptbasics.exercises.l03_autograd.two_gradients import two_gradients
from ptbasics.exercises.l03_autograd.jacobian import jacobian
from ptbasics.exercises.l03_autograd.second_derivative import second_derivative
from ptbasics.exercises.l03_autograd.roundclipped import RoundClipped
