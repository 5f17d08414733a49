"""What recommender and search are worth: judged pairs and queries of the demonstration, and what answers them."""
