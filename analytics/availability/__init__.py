"""Which patrols are there when: planned, on duty, free, busy; gaps against what is needed; plan against fact; time split."""
