// SPDX-License-Identifier: GPL-2.0
// A few instructions and nothing else: says Get for each packet that reaches a socket, and lets it pass.
// The build extracts its instructions alone to get.text.
#include <linux/bpf.h>

static int (*const print)(const char *text, __u32 size, ...) = (void *)6; /* bpf_trace_printk */

int get(struct __sk_buff *packet)
{
	char text[] = "Get";

	print(text, sizeof(text));
	return -1; /* keep all of the packet; 0 would drop it */
}
