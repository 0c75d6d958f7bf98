/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OptSandboxUpload:
 * @field: (owned): the name of the part
 * @file_name: (owned): the name of the file, maybe empty
 * @mime_type: (owned) (nullable): what the sender called it
 * @data: (owned) (nullable): the content, until it was forgotten
 * @size: its bytes
 * @sha256: (owned): its checksum, in hexadecimal digits
 *
 * One file that came with a request.
 */
typedef struct
{
  char   *field;
  char   *file_name;
  char   *mime_type;
  GBytes *data;
  gsize   size;
  char   *sha256;
} OptSandboxUpload;

OptSandboxUpload *opt_sandbox_upload_new (const char *field,
                                          const char *file_name,
                                          const char *mime_type,
                                          GBytes     *data);
void              opt_sandbox_upload_free (OptSandboxUpload *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptSandboxUpload, opt_sandbox_upload_free)

G_END_DECLS
