/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-file.h"

#include "opt-bot-file-private.h"

struct _OptBotFile
{
  char   *field;     /* (owned) */
  char   *file_name; /* (owned) */
  char   *path;      /* (owned) (nullable) */
  GBytes *bytes;     /* (owned) (nullable) */
};

G_DEFINE_BOXED_TYPE (OptBotFile, opt_bot_file, opt_bot_file_ref, opt_bot_file_unref)

static void
clear (gpointer data)
{
  OptBotFile *self = data;

  g_free (self->field);
  g_free (self->file_name);
  g_free (self->path);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

static OptBotFile *
file_new (const char *field,
          const char *file_name)
{
  OptBotFile *self = g_atomic_rc_box_new0 (OptBotFile);

  self->field = g_strdup (field);
  self->file_name = g_utf8_make_valid (file_name, -1);

  /* Inside of a quoted header these would end it; file systems allow them all. */
  for (char *at = self->file_name; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at) || *at == '"' || *at == '\\' || *at == '/')
      *at = '_';
  return self;
}

/**
 * opt_bot_file_new_for_bytes:
 * @field: the parameter it is for, such as `document`, or a name that `attach://` refers to
 * @file_name: what Telegram shows
 * @bytes: the content
 *
 * Makes a file of what is in memory.
 *
 * Returns: (transfer full): the file
 */
OptBotFile *
opt_bot_file_new_for_bytes (const char *field,
                            const char *file_name,
                            GBytes     *bytes)
{
  OptBotFile *self;

  g_return_val_if_fail (field != NULL && file_name != NULL && bytes != NULL, NULL);

  self = file_new (field, file_name);
  self->bytes = g_bytes_ref (bytes);
  return self;
}

/**
 * opt_bot_file_new_for_path:
 * @field: the parameter it is for, such as `document`, or a name that `attach://` refers to
 * @file_name: (nullable): what Telegram shows; NULL for the last part of @path
 * @path: where the content is; it is read while it is sent, off the main thread
 *
 * Makes a file of what is on disk.
 *
 * Returns: (transfer full): the file
 */
OptBotFile *
opt_bot_file_new_for_path (const char *field,
                           const char *file_name,
                           const char *path)
{
  g_autofree char *last_part = NULL;
  OptBotFile      *self;

  g_return_val_if_fail (field != NULL && path != NULL, NULL);

  last_part = g_path_get_basename (path);
  self = file_new (field, file_name != NULL ? file_name : last_part);
  self->path = g_strdup (path);
  return self;
}

/**
 * opt_bot_file_get_field:
 * @self: a file
 *
 * Returns: (transfer none): the parameter it is for
 */
const char *
opt_bot_file_get_field (OptBotFile *self)
{
  return self->field;
}

/**
 * opt_bot_file_get_file_name:
 * @self: a file
 *
 * Returns: (transfer none): a name that is valid UTF-8 and fits between quotes
 */
const char *
opt_bot_file_get_file_name (OptBotFile *self)
{
  return self->file_name;
}

/**
 * opt_bot_file_get_bytes:
 * @self: a file
 *
 * Returns: (transfer none) (nullable): its content, when it is in memory
 */
GBytes *
opt_bot_file_get_bytes (OptBotFile *self)
{
  return self->bytes;
}

/**
 * opt_bot_file_get_path:
 * @self: a file
 *
 * Returns: (transfer none) (nullable): where its content is, when it is on disk
 */
const char *
opt_bot_file_get_path (OptBotFile *self)
{
  return self->path;
}

/**
 * opt_bot_file_ref:
 * @self: a file
 *
 * Returns: (transfer full): @self
 */
OptBotFile *
opt_bot_file_ref (OptBotFile *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_bot_file_unref:
 * @self: (transfer full): a file
 *
 * Frees it with the last reference.
 */
void
opt_bot_file_unref (OptBotFile *self)
{
  g_atomic_rc_box_release_full (self, clear);
}
