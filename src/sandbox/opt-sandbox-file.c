/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-file.h"

#include <string.h>

#include "opt-sandbox-json.h"

typedef struct
{
  const char *ending;
  const char *mime_type;
} Type;

/* Few, and the same on every machine, unlike the shared MIME database. */
static const Type types[] = {
  { ".csv", "text/csv" },
  { ".gif", "image/gif" },
  { ".gz", "application/gzip" },
  { ".html", "text/html" },
  { ".jpeg", "image/jpeg" },
  { ".jpg", "image/jpeg" },
  { ".json", "application/json" },
  { ".log", "text/plain" },
  { ".md", "text/markdown" },
  { ".mp3", "audio/mpeg" },
  { ".mp4", "video/mp4" },
  { ".ogg", "audio/ogg" },
  { ".pdf", "application/pdf" },
  { ".png", "image/png" },
  { ".txt", "text/plain" },
  { ".webp", "image/webp" },
  { ".xml", "application/xml" },
  { ".zip", "application/zip" },
};

static const char *
guess_type (const char *name)
{
  const char *ending = strrchr (name, '.');

  for (guint i = 0; ending != NULL && i < G_N_ELEMENTS (types); i++)
    {
      if (g_ascii_strcasecmp (ending, types[i].ending) == 0)
        return types[i].mime_type;
    }

  return NULL;
}

static char *
make_path (const char *folder,
           guint       number,
           const char *name)
{
  const char *ending = strrchr (name, '.');

  if (ending != NULL &&
      (strlen (ending) > 8 ||
       strspn (ending + 1, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS) != strlen (ending + 1)))
    ending = NULL;

  return g_strdup_printf ("%s/file_%u%s", folder, number, ending != NULL ? ending : "");
}

/**
 * opt_sandbox_file_new:
 * @bot_id: the bot it belongs to
 * @number: its number there, from 0
 * @folder: the first part of its path, such as `documents`
 * @name: its name, maybe empty
 * @mime_type: (nullable): what it is, if its name does not tell
 * @data: its content
 *
 * Returns: (transfer full): a file with ids made from what it is
 */
OptSandboxFile *
opt_sandbox_file_new (gint64      bot_id,
                      guint       number,
                      const char *folder,
                      const char *name,
                      const char *mime_type,
                      GBytes     *data)
{
  OptSandboxFile  *self = g_new0 (OptSandboxFile, 1);
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, data);
  const char      *type = guess_type (name);

  if (type == NULL)
    type = mime_type != NULL && *mime_type != '\0' ? mime_type : "application/octet-stream";

  self->id = g_strdup_printf ("BQACAgIAAx%.24s_%" G_GINT64_FORMAT "-%u", sum, bot_id, number);
  self->unique_id = g_strdup_printf ("AgAD%.12s", sum);
  self->path = make_path (folder, number, name);
  self->name = g_strdup (name);
  self->mime_type = g_strdup (type);
  self->data = g_bytes_ref (data);
  return self;
}

void
opt_sandbox_file_free (OptSandboxFile *self)
{
  g_free (self->id);
  g_free (self->unique_id);
  g_free (self->path);
  g_free (self->name);
  g_free (self->mime_type);
  g_bytes_unref (self->data);
  g_free (self);
}

/**
 * opt_sandbox_file_add_to_json:
 * @self: a file
 * @out: where to write
 *
 * Writes the members that every object with a file has: ids and size, without braces.
 */
void
opt_sandbox_file_add_to_json (OptSandboxFile *self,
                              GString        *out)
{
  g_string_append_printf (out, "\"file_id\":\"%s\",\"file_unique_id\":\"%s\",\"file_size\":",
                          self->id, self->unique_id);
  opt_sandbox_json_add_int (out, (gint64)g_bytes_get_size (self->data));
}
