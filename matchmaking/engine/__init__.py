"""The recommender: pure Python over numpy, scipy and scikit-learn. It knows no web framework and no database."""
