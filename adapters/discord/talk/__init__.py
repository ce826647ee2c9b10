"""What people ask of Staffroom on Discord, and how they are answered."""
