// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
int stop;
SEC("socket")
int spin(struct __sk_buff *ctx)
{
	int i = 0;
	while (!*(volatile int *)&stop) {
		*(volatile int *)&stop;
	}
	return 0;
}
char _license[] SEC("license") = "GPL";
