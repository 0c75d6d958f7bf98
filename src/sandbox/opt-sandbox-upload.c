/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-upload.h"

/**
 * opt_sandbox_upload_new:
 * @field: the name of the part
 * @file_name: the name of the file
 * @mime_type: (nullable): what the sender called it
 * @data: the content
 *
 * Returns: (transfer full): an upload
 */
OptSandboxUpload *
opt_sandbox_upload_new (const char *field,
                        const char *file_name,
                        const char *mime_type,
                        GBytes     *data)
{
  OptSandboxUpload *self = g_new0 (OptSandboxUpload, 1);

  self->field = g_strdup (field);
  self->file_name = g_strdup (file_name);
  self->mime_type = g_strdup (mime_type);
  self->data = g_bytes_ref (data);
  self->size = g_bytes_get_size (data);
  self->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, data);
  return self;
}

void
opt_sandbox_upload_free (OptSandboxUpload *self)
{
  g_free (self->field);
  g_free (self->file_name);
  g_free (self->mime_type);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_free (self->sha256);
  g_free (self);
}
