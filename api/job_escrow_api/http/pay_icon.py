"""The icon of the platform's links: credits in a lock."""

ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect width="64" height="64" rx="14" fill="#14213d"/>
<path d="M20 28v-6a12 12 0 0 1 24 0v6" fill="none" stroke="#fca311" stroke-width="5"/>
<rect x="14" y="28" width="36" height="26" rx="5" fill="#fca311"/>
<circle cx="32" cy="41" r="5" fill="#14213d"/>
</svg>
"""
