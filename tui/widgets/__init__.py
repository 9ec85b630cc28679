"""The parts screens are made of. A widget asks `surveys` through the sitting and holds no rule of its own."""
