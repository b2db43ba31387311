// SPDX-License-Identifier: GPL-2.0
// Timers and work that run later, and say in which order.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct bpf_wq {
	__u64 opaque[2];
} __attribute__((aligned(8)));

extern int bpf_wq_init(struct bpf_wq *work, void *map, unsigned int flags) __ksym;
extern int bpf_wq_start(struct bpf_wq *work, unsigned int flags) __ksym;
extern int bpf_wq_set_callback_impl(struct bpf_wq *work, int (*callback)(void *map, int *key, void *value), unsigned int flags,
				    void *program) __ksym;

struct value {
	struct bpf_timer timer;
	int period;
	int runs;
};

struct job {
	struct bpf_wq work;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, int);
	__type(value, struct value);
	__uint(max_entries, 4);
} timers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct job);
	__uint(max_entries, 2);
} jobs SEC(".maps");

int order;
__u64 last;

static int ring(void *map, int *key, struct value *value)
{
	order = order * 10 + *key;
	last = bpf_ktime_get_ns();
	value->runs++;
	if (value->period)
		bpf_timer_start(&value->timer, value->period, 0);
	return 0;
}

static int start(int key, __u64 nanos, int period)
{
	struct value first = {.period = period}, *value;

	bpf_map_update_elem(&timers, &key, &first, BPF_ANY);
	value = bpf_map_lookup_elem(&timers, &key);
	if (!value)
		return -1;
	if (bpf_timer_init(&value->timer, &timers, 1))
		return -2;
	if (bpf_timer_start(&value->timer, nanos, 0) != -22)
		return -3;
	bpf_timer_set_callback(&value->timer, ring);
	return bpf_timer_start(&value->timer, nanos, 0);
}

SEC("tc")
int start_timers(struct __sk_buff *packet)
{
	int refused = start(1, 3000000, 0);

	if (!refused)
		refused = start(2, 1000000, 0);
	if (!refused)
		refused = start(3, 2000000, 4000000);
	return refused;
}

SEC("tc")
int cancel_timer(struct __sk_buff *packet)
{
	int key = 3;
	struct value *value = bpf_map_lookup_elem(&timers, &key);

	return value ? bpf_timer_cancel(&value->timer) : -1;
}

static int work(void *map, int *key, void *value)
{
	order = order * 10 + 7 + *key;
	return 0;
}

SEC("tc")
int queue_work(struct __sk_buff *packet)
{
	int key = 1;
	struct job *job = bpf_map_lookup_elem(&jobs, &key);

	if (!job || bpf_wq_init(&job->work, &jobs, 0))
		return -1;
	if (bpf_wq_set_callback_impl(&job->work, work, 0, 0))
		return -2;
	return bpf_wq_start(&job->work, 0);
}

char LICENSE[] SEC("license") = "GPL";
