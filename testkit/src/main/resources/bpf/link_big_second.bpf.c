// SPDX-License-Identifier: GPL-2.0
// build: --target=bpfeb -g -O2 -mcpu=v3
// The object link_second in big-endian byte order.
#include "link_second.bpf.c"
