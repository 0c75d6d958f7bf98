/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-upload.h"

G_BEGIN_DECLS

/* All plain parameters of a request together, as the server has it. */
#define OPT_SANDBOX_PARAMS_BYTES_MAX (1 << 20)
#define OPT_SANDBOX_PARAMS_FILES_MAX 50

/**
 * OptSandboxParam:
 * @name: its name
 * @value: its value, terminated
 * @length: bytes of @value
 * @is_raw: whether @value is the JSON text of something that is no string
 *
 * One parameter of a request, in the request's memory.
 */
typedef struct
{
  const char *name;
  const char *value;
  gsize       length;
  gboolean    is_raw;
} OptSandboxParam;

typedef struct _OptSandboxParams OptSandboxParams;

OptSandboxParams *opt_sandbox_params_new (void);
void              opt_sandbox_params_free (OptSandboxParams *self);

gboolean    opt_sandbox_params_add_form (OptSandboxParams *self,
                                         const char       *text,
                                         gsize             length);
const char *opt_sandbox_params_add_json (OptSandboxParams *self,
                                         const char       *text,
                                         gsize             length);
void        opt_sandbox_params_add (OptSandboxParams *self,
                                    const char       *name,
                                    const char       *value,
                                    gsize             length);
void        opt_sandbox_params_add_upload (OptSandboxParams *self,
                                           OptSandboxUpload *upload);
gsize       opt_sandbox_params_get_bytes (OptSandboxParams *self);

const char       *opt_sandbox_params_get (OptSandboxParams *self,
                                          const char       *name);
gboolean          opt_sandbox_params_has (OptSandboxParams *self,
                                          const char       *name);
gint64            opt_sandbox_params_get_int (OptSandboxParams *self,
                                              const char       *name,
                                              gint64            fallback,
                                              gint64            least,
                                              gint64            most);
gboolean          opt_sandbox_params_get_bool (OptSandboxParams *self,
                                               const char       *name);
OptSandboxUpload *opt_sandbox_params_get_upload (OptSandboxParams *self,
                                                 const char       *name);

void                   opt_sandbox_params_forget_content (OptSandboxParams *self);
const OptSandboxParam *opt_sandbox_params_peek (OptSandboxParams *self,
                                                guint            *count);
GPtrArray             *opt_sandbox_params_peek_uploads (OptSandboxParams *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptSandboxParams, opt_sandbox_params_free)

G_END_DECLS
