// SPDX-License-Identifier: GPL-2.0
// A timer that goes off 300 ms after each system call that starts it, and every 500 ms then, three times in all.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct alarm {
	struct bpf_timer timer;
	int rings;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct alarm);
	__uint(max_entries, 1);
} alarms SEC(".maps");

static int ring(void *map, int *key, struct alarm *alarm)
{
	alarm->rings++;
	bpf_printk("ring %d at %llu ms", alarm->rings, bpf_ktime_get_ns() / 1000000);
	if (alarm->rings < 3)
		bpf_timer_start(&alarm->timer, 500000000, 0);
	return 0;
}

SEC("fentry/do_unlinkat")
int set_alarm(void *context)
{
	int key = 0;
	struct alarm *alarm = bpf_map_lookup_elem(&alarms, &key);

	if (!alarm)
		return 0;
	bpf_timer_init(&alarm->timer, &alarms, 1);
	bpf_timer_set_callback(&alarm->timer, ring);
	bpf_timer_start(&alarm->timer, 300000000, 0);
	return 0;
}

SEC("fentry/do_mkdirat")
int pass_time(void *context)
{
	bpf_printk("now %llu ms", bpf_ktime_get_ns() / 1000000);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
