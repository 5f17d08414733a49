"""What the recommender is worth on whole pairs: judged pairs of the demonstration, and systems that answer them."""
