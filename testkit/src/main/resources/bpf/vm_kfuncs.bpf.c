// SPDX-License-Identifier: GPL-2.0
// Functions that programs call by their names (kfuncs), and dynptrs. Each program returns a number that is the same on every kernel.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct bpf_iter_num {
	__u64 opaque[1];
};
struct bpf_iter_bits {
	__u64 opaque[2];
};

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const __u64 *words__ign, __u32 count) __ksym;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) __ksym;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) __ksym;
extern int bpf_dynptr_from_skb(struct __sk_buff *packet, __u64 flags, struct bpf_dynptr *to) __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *from, __u32 offset, void *buffer, __u32 size) __ksym;
extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *from, __u32 offset, void *buffer, __u32 size) __ksym;
extern int bpf_dynptr_adjust(struct bpf_dynptr *at, __u32 start, __u32 end) __ksym;
extern _Bool bpf_dynptr_is_null(struct bpf_dynptr *at) __ksym;
extern _Bool bpf_dynptr_is_rdonly(struct bpf_dynptr *at) __ksym;
extern __u32 bpf_dynptr_size(const struct bpf_dynptr *at) __ksym;
extern int bpf_dynptr_clone(struct bpf_dynptr *from, struct bpf_dynptr *to) __ksym;
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern int bpf_strcmp(const char *a, const char *b) __ksym __weak;
extern int bpf_strlen(const char *a) __ksym __weak;
extern int bpf_strstr(const char *text, const char *part) __ksym __weak;
extern int vm_double(int number) __ksym;
extern int vm_nowhere(int number) __ksym __weak;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

__u8 buffer[64];

SEC("syscall")
int numbers(void *ctx)
{
	struct bpf_iter_num it;
	int *number, sum = 0;

	bpf_iter_num_new(&it, 1, 101);
	while ((number = bpf_iter_num_next(&it)))
		sum += *number;
	bpf_iter_num_destroy(&it);
	return sum;
}

SEC("syscall")
int no_numbers(void *ctx)
{
	struct bpf_iter_num it;
	int refused = bpf_iter_num_new(&it, 5, 4);

	if (bpf_iter_num_next(&it))
		refused = 1;
	bpf_iter_num_destroy(&it);
	return refused;
}

__u64 words[2] = {0x8000000000000005ULL, 1};

SEC("syscall")
int bits(void *ctx)
{
	struct bpf_iter_bits it;
	int *bit, sum = 0;

	bpf_iter_bits_new(&it, words, 2);
	while ((bit = bpf_iter_bits_next(&it)))
		sum += *bit;
	bpf_iter_bits_destroy(&it);
	return sum;
}

SEC("tc")
int packet_slice(struct __sk_buff *packet)
{
	struct bpf_dynptr whole, part;
	__u8 room[4], *bytes;
	int returned = 0;

	if (bpf_dynptr_from_skb(packet, 0, &whole) || bpf_dynptr_is_rdonly(&whole))
		return 1;
	if (bpf_dynptr_clone(&whole, &part) || bpf_dynptr_adjust(&part, 14, 18))
		return 2;
	if (bpf_dynptr_size(&part) != 4 || bpf_dynptr_size(&whole) != packet->len)
		return 3;
	bytes = bpf_dynptr_slice(&part, 0, room, sizeof(room));
	if (!bytes)
		return 4;
	returned = bytes[0] << 8 | bytes[3];
	bytes = bpf_dynptr_slice_rdwr(&whole, 0, room, sizeof(room));
	if (!bytes)
		return 5;
	bytes[0] = 0xaa;
	return returned;
}

SEC("syscall")
int memory_dynptr(void *ctx)
{
	struct bpf_dynptr at;
	__u32 number = 0x01020304, read = 0;
	__u8 *data;

	if (bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &at))
		return 1;
	if (bpf_dynptr_write(&at, 8, &number, sizeof(number), 0))
		return 2;
	if (bpf_dynptr_read(&read, sizeof(read), &at, 8, 0) || read != number)
		return 3;
	if (bpf_dynptr_write(&at, 62, &number, sizeof(number), 0) != -7)
		return 4;
	data = bpf_dynptr_data(&at, 8, 4);
	return data ? data[3] * 100 + buffer[8] : 5;
}

SEC("syscall")
int ring_dynptr(void *ctx)
{
	struct bpf_dynptr record;
	__u32 number = 77;
	int refused = bpf_ringbuf_reserve_dynptr(&events, sizeof(number), 0, &record);

	if (!refused)
		refused = bpf_dynptr_write(&record, 0, &number, sizeof(number), 0);
	bpf_ringbuf_submit_dynptr(&record, 0);
	return refused;
}

SEC("syscall")
int sections(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_preempt_disable();
	bpf_preempt_enable();
	return 3;
}

char one[] = "lorem ipsum";
char other[] = "ipsum";

SEC("syscall")
int text(void *ctx)
{
	if (!bpf_strcmp || !bpf_strlen || !bpf_strstr)
		return 1611;
	return bpf_strlen(one) * 100 + bpf_strstr(one, other) + 5 * bpf_strcmp(one, other);
}

SEC("syscall")
int optional(void *ctx)
{
	return vm_nowhere ? vm_nowhere(1) : 9;
}

// Only where a test has registered the function.
SEC("?syscall")
int registered(void *ctx)
{
	return vm_double(21);
}
char LICENSE[] SEC("license") = "GPL";
