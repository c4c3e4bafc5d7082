"""What commands do with a whole project besides building it: begin one, ask one."""
