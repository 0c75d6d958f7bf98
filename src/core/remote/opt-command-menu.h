/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The menu of commands as setMyCommands takes it. */
char *opt_command_menu_to_json (void);

G_END_DECLS
