"""What an editor asks over the Language Server Protocol → findings, meanings, names, places, renamed files.

:mod:`ecoop_ld.editor.knowledge` is what is known of a project at one moment, :mod:`ecoop_ld.editor.cursor` what stands
where in a text, :mod:`ecoop_ld.editor.service` speaks the protocol.
"""
