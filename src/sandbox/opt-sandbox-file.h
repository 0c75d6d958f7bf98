/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What may come up and what getFile gives out. */
#define OPT_SANDBOX_FILE_UPLOAD_MAX   (50 * 1024 * 1024)
#define OPT_SANDBOX_FILE_DOWNLOAD_MAX (20 * 1024 * 1024)

/**
 * OptSandboxFile:
 * @id: (owned): the file_id
 * @unique_id: (owned): the file_unique_id
 * @path: (owned): the file_path
 * @name: (owned): its name, maybe empty
 * @mime_type: (owned): what it is
 * @data: (owned): its content
 *
 * A file the server keeps.
 */
typedef struct
{
  char   *id;
  char   *unique_id;
  char   *path;
  char   *name;
  char   *mime_type;
  GBytes *data;
} OptSandboxFile;

OptSandboxFile *opt_sandbox_file_new (gint64      bot_id,
                                      guint       number,
                                      const char *folder,
                                      const char *name,
                                      const char *mime_type,
                                      GBytes     *data);
void            opt_sandbox_file_free (OptSandboxFile *self);
void            opt_sandbox_file_add_to_json (OptSandboxFile *self,
                                              GString        *out);

G_END_DECLS
