"""Bringing in lists of companies: read, map, check, show, then save all or nothing, and undo."""

from directory.importing.apply import ImportCompanies, UndoImport, apply_import, undo_import
from directory.importing.mapping import MappingError, parse_map
from directory.importing.preview import ImportPreview, check_file
from directory.importing.reader import FileRefused
from directory.importing.rights import may_import, register_importer

__all__ = [
    "FileRefused",
    "ImportCompanies",
    "ImportPreview",
    "MappingError",
    "UndoImport",
    "apply_import",
    "check_file",
    "may_import",
    "parse_map",
    "register_importer",
    "undo_import",
]
