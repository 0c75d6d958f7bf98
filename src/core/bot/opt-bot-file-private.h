/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-bot-file.h"

G_BEGIN_DECLS

const char *opt_bot_file_get_field (OptBotFile *self);
const char *opt_bot_file_get_file_name (OptBotFile *self);
GBytes     *opt_bot_file_get_bytes (OptBotFile *self);
const char *opt_bot_file_get_path (OptBotFile *self);

G_END_DECLS
