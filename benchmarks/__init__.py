"""Speed, measured. Nothing is asserted; every figure stands beside a baseline of the same run."""
