// SPDX-License-Identifier: GPL-2.0
// build: --target=bpfeb -g -O2 -mcpu=v3
// The object link_first in big-endian byte order.
#include "link_first.bpf.c"
