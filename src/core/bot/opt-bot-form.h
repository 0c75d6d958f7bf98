/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "opt-bot-file.h"

G_BEGIN_DECLS

#define OPT_TYPE_BOT_FORM (opt_bot_form_get_type ())
G_DECLARE_FINAL_TYPE (OptBotForm, opt_bot_form, OPT, BOT_FORM, GInputStream)

OptBotForm *opt_bot_form_new (void);
void        opt_bot_form_add_parameters (OptBotForm *self,
                                         JsonObject *parameters);
gboolean    opt_bot_form_add_file (OptBotForm *self,
                                   OptBotFile *file,
                                   gint64      max_bytes,
                                   GError    **error);
void        opt_bot_form_end (OptBotForm *self);
gint64      opt_bot_form_get_length (OptBotForm *self);
char       *opt_bot_form_dup_content_type (OptBotForm *self);

G_END_DECLS
