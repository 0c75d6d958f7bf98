/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Code points after trimming. */
#define OPT_SANDBOX_TEXT_MAX    4096
#define OPT_SANDBOX_CAPTION_MAX 1024
/* Bytes before anything is looked at. */
#define OPT_SANDBOX_TEXT_BYTES_MAX (1 << 15)

/**
 * OptSandboxText:
 * @text: (owned): the text as it is kept
 * @entities: (owned) (nullable): its entities as JSON
 *
 * A text as the server takes it in: cleaned, trimmed, its entities found.
 */
typedef struct
{
  char *text;
  char *entities;
} OptSandboxText;

char *opt_sandbox_text_read (OptSandboxText *self,
                             const char     *text,
                             const char     *parse_mode,
                             const char     *entities,
                             gboolean        is_caption);
void  opt_sandbox_text_clear (OptSandboxText *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptSandboxText, opt_sandbox_text_clear)

G_END_DECLS
