/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OptMarkup:
 *
 * A keyboard under construction; ends as the JSON of `reply_markup`.
 */
typedef struct _OptMarkup OptMarkup;

OptMarkup *opt_markup_new_inline (void);
void       opt_markup_add_callback (OptMarkup  *self,
                                    const char *label,
                                    const char *data);
void       opt_markup_add_url (OptMarkup  *self,
                               const char *label,
                               const char *url);
void       opt_markup_end_row (OptMarkup *self);
char      *opt_markup_to_json (OptMarkup *self);
void       opt_markup_free (OptMarkup *self);

char *opt_markup_force_reply (const char *placeholder,
                              gboolean    selective);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptMarkup, opt_markup_free)

G_END_DECLS
