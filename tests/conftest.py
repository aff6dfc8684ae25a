"""What all tests share: properties are judged by what they hold, never by how fast a busy machine is."""

from __future__ import annotations

import hypothesis

hypothesis.settings.register_profile("kpireport", deadline=None)
hypothesis.settings.load_profile("kpireport")
