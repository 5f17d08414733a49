"""Yuxin: business matchmaking between the service alliances of Chongqing and Singapore."""
