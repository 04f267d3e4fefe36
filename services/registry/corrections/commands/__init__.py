"""What later changes whom or what a registration stands for."""
