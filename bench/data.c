// The libbpf side of bench/data.
//
//   data --serve EMIT BSS RING HASH WIDE CPUS MANY MAPPED    does what each line of standard input says, on the program
//                                        and the maps with these ids, and prints how many nanoseconds that took
//   data --cold OBJECT                   loads the object, fills its ring, and prints how long the first drain took
//   data --produce EMIT BSS SENT LOST MS runs the program for so long, and prints by how much its two counters, at these
//                                        places of its variables, rose, and how many nanoseconds it ran
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 100000, KEYS = 10000, CELLS = 64, WORDS = 1 << 20, PASSES = 8, RING = 4 << 20 };

struct event {
	__u64 sequence;
	__u32 cpu;
	__u32 check;
};

struct pair {
	__u64 first;
	__u64 second;
};

static int emit, ring_map, hash, wide, cpus, many;
static struct ring_buffer *ring;
static __u64 *mapped;
static __u64 sum;

static void fail(const char *what)
{
	fprintf(stderr, "data: %s: %s\n", what, strerror(errno));
	exit(1);
}

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

static int map_of(const char *id)
{
	int fd = bpf_map_get_fd_by_id(atoi(id));

	if (fd < 0)
		fail("map");
	return fd;
}

static int program_of(const char *id)
{
	int fd = bpf_prog_get_fd_by_id(atoi(id));

	if (fd < 0)
		fail("program");
	return fd;
}

static void run(int program, int times)
{
	static char packet[64];
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet), .repeat = times);

	if (bpf_prog_test_run_opts(program, &options) && errno != EINTR)
		fail("run");
}

static int take(void *context, void *data, size_t size)
{
	struct event *event = data;

	(void)context;
	if (size < sizeof(*event))
		return -1;
	sum += event->sequence + event->cpu + event->check;
	return 0;
}

static long drain(int times)
{
	long total = 0;

	for (int i = 0; i < times; i++) {
		run(emit, RING / 24);
		long start = now();
		int count = ring_buffer__consume(ring);

		total += now() - start;
		if (count != RING / 24) {
			fprintf(stderr, "data: %d events\n", count);
			exit(1);
		}
	}
	return total;
}

static long lookups(void)
{
	long start = now();

	for (__u32 i = 0; i < CALLS; i++) {
		__u32 key = i % KEYS;
		__u64 value;

		if (bpf_map_lookup_elem(hash, &key, &value))
			fail("lookup");
		sum += value;
	}
	return now() - start;
}

static long updates(void)
{
	long start = now();

	for (__u32 i = 0; i < CALLS; i++) {
		__u32 key = i % KEYS;
		__u64 value = i;

		if (bpf_map_update_elem(hash, &key, &value, BPF_ANY))
			fail("update");
	}
	return now() - start;
}

static long wide_lookups(void)
{
	long start = now();

	for (__u32 i = 0; i < CALLS; i++) {
		struct pair key = { i % KEYS, i % KEYS + 1 }, value;

		if (bpf_map_lookup_elem(wide, &key, &value))
			fail("lookup");
		sum += value.first + value.second;
	}
	return now() - start;
}

static long wide_updates(void)
{
	long start = now();

	for (__u32 i = 0; i < CALLS; i++) {
		struct pair key = { i % KEYS, i % KEYS + 1 }, value = { i, i + 1 };

		if (bpf_map_update_elem(wide, &key, &value, BPF_ANY))
			fail("update");
	}
	return now() - start;
}

static long of_cpus(void)
{
	int count = libbpf_num_possible_cpus();
	__u64 values[count];
	long start = now();

	for (__u32 i = 0; i < CALLS; i++) {
		__u32 key = i % CELLS;

		if (bpf_map_lookup_elem(cpus, &key, values))
			fail("lookup");
		for (int cpu = 0; cpu < count; cpu++)
			sum += values[cpu];
	}
	return now() - start;
}

static long batch(__u32 size)
{
	__u32 *keys = malloc(size * sizeof(*keys));
	struct pair *values = malloc(size * sizeof(*values));
	__u32 at, total = 0;
	int result = 0;
	long start = now();

	for (void *from = NULL; !result; from = &at) {
		__u32 count = size;

		result = bpf_map_lookup_batch(many, from, &at, keys, values, &count, NULL);
		if (result && errno != ENOENT)
			fail("batch");
		for (__u32 i = 0; i < count; i++)
			sum += keys[i] + values[i].first + values[i].second;
		total += count;
	}
	long end = now();

	free(keys);
	free(values);
	const char *entries = getenv("EBPF4J_ENTRIES");
	if (total != (entries ? strtoul(entries, NULL, 10) : 1000000)) {
		fprintf(stderr, "data: %u entries\n", total);
		exit(1);
	}
	return end - start;
}

// The size with which a batch is the fastest.
static long best(void)
{
	long least = 0, found = 0;

	for (int round = 0; round < 3; round++)
		for (__u32 size = 512; size <= 1 << 20; size *= 2) {
			long time = batch(size);

			if (!least || time < least) {
				least = time;
				found = size;
			}
		}
	return found;
}

static long steps(void)
{
	__u32 key, *from = NULL;
	long start = now();

	for (; !bpf_map_get_next_key(many, from, &key); from = &key) {
		struct pair value;

		if (bpf_map_lookup_elem(many, &key, &value))
			fail("lookup");
		sum += key + value.first + value.second;
	}
	return now() - start;
}

static long words(long count)
{
	long start = now();

	for (int pass = 0; pass < PASSES; pass++) {
		__u64 all = 0;

		for (long i = 0; i < count; i++)
			all += mapped[i];
		sum += all;
		// So that it is read again.
		__asm__ volatile("" ::: "memory");
	}
	return now() - start;
}

// Reads until no event has come for 300 ms; prints how many there were.
static long flow(void)
{
	long total = 0, last = 0;

	while (!last || now() - last < 300000000) {
		int count = ring_buffer__poll(ring, 100);

		if (count < 0 && count != -EINTR)
			fail("poll");
		if (count > 0) {
			total += count;
			last = now();
		}
	}
	return total;
}

static void open_ring(int map)
{
	ring = ring_buffer__new(map, take, NULL, NULL);
	if (!ring)
		fail("ring");
}

static int serve(char **ids)
{
	char line[64];

	emit = program_of(ids[0]);
	ring_map = map_of(ids[2]);
	hash = map_of(ids[3]);
	wide = map_of(ids[4]);
	cpus = map_of(ids[5]);
	many = map_of(ids[6]);
	mapped = mmap(NULL, WORDS * sizeof(*mapped), PROT_READ | PROT_WRITE, MAP_SHARED, map_of(ids[7]), 0);
	if (mapped == MAP_FAILED)
		fail("mmap");
	open_ring(ring_map);
	while (fgets(line, sizeof(line), stdin)) {
		char *end = strpbrk(line, " \n");
		long argument = *end == ' ' ? atol(end + 1) : 0, result;

		*end = 0;
		if (!strcmp(line, "drain"))
			result = drain(PASSES);
		else if (!strcmp(line, "lookup"))
			result = lookups();
		else if (!strcmp(line, "update"))
			result = updates();
		else if (!strcmp(line, "wide-lookup"))
			result = wide_lookups();
		else if (!strcmp(line, "wide-update"))
			result = wide_updates();
		else if (!strcmp(line, "cpus"))
			result = of_cpus();
		else if (!strcmp(line, "batch"))
			result = batch(argument);
		else if (!strcmp(line, "best"))
			result = best();
		else if (!strcmp(line, "steps"))
			result = steps();
		else if (!strcmp(line, "words"))
			result = words(WORDS - (sum == 1));
		else if (!strcmp(line, "flow"))
			result = flow();
		else
			return 2;
		printf("%ld\n", result);
		fflush(stdout);
	}
	return 0;
}

static int cold(const char *file)
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);

	if (!object || bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "events"), RING) ||
	    bpf_object__load(object))
		fail(file);
	emit = bpf_program__fd(bpf_object__find_program_by_name(object, "emit"));
	open_ring(bpf_object__find_map_fd_by_name(object, "events"));
	printf("%ld\n", drain(1));
	return 0;
}

static int produce(char **arguments)
{
	int program = program_of(arguments[0]);
	char *variables = mmap(NULL, getpagesize(), PROT_READ, MAP_SHARED, map_of(arguments[1]), 0);

	if (variables == MAP_FAILED)
		fail("mmap");
	volatile __u64 *sent = (void *)(variables + atoi(arguments[2]));
	volatile __u64 *lost = (void *)(variables + atoi(arguments[3]));
	__u64 sent_before = *sent, lost_before = *lost;
	long start = now(), end = start + atol(arguments[4]) * 1000000;

	while (now() < end)
		run(program, 10000);
	printf("%llu %llu %ld\n", *sent - sent_before, *lost - lost_before, now() - start);
	return 0;
}

int main(int argc, char **argv)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	if (argc == 10 && !strcmp(argv[1], "--serve"))
		return serve(argv + 2);
	if (argc == 3 && !strcmp(argv[1], "--cold"))
		return cold(argv[2]);
	if (argc == 7 && !strcmp(argv[1], "--produce"))
		return produce(argv + 2);
	fprintf(stderr, "usage: see the source\n");
	return 2;
}
