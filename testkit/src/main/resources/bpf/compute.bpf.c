// SPDX-License-Identifier: GPL-2.0
// Six programs that only compute, on one piece of memory of 128 KiB: what an engine takes for instructions, without functions of the kernel.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define SIZE (128 * 1024)
#define PLAIN _Pragma("clang loop unroll(disable) vectorize(disable)")

unsigned char memory[SIZE];

// Marks which numbers are no primes; how many primes there are below 8,000. For more, the verifier has too many branches to look at.
SEC("socket")
int sieve(void *ctx)
{
	unsigned int count = 0, limit = 8000;

	PLAIN for (unsigned int i = 0; i < limit; i++) {
		memory[i] = 0;
		barrier();
	}
	PLAIN for (unsigned int i = 2; i < limit; i++) {
		if (memory[i])
			continue;
		count++;
		PLAIN for (unsigned int j = i + i; j < limit; j += i)
			memory[j] = 1;
	}
	return count;
}

// FNV-1a over 100 KiB: the verifier looks at 1,000,000 instructions.
SEC("socket")
int fnv(void *ctx)
{
	unsigned long long hash = 0xcbf29ce484222325ULL;

	PLAIN for (unsigned int i = 0; i < 100 * 1024; i++) {
		hash ^= memory[i];
		hash *= 0x100000001b3ULL;
	}
	return hash ^ hash >> 32;
}

#define EDGE 32

// The product of two squares of numbers of 32 bits, and the sum of it.
SEC("socket")
int matmul(void *ctx)
{
	unsigned int *a = (unsigned int *)memory, *b = a + EDGE * EDGE, *c = b + EDGE * EDGE, sum = 0;

	PLAIN for (unsigned int i = 0; i < EDGE; i++) {
		PLAIN for (unsigned int j = 0; j < EDGE; j++) {
			unsigned int cell = 0;

			PLAIN for (unsigned int k = 0; k < EDGE; k++)
				cell += a[i * EDGE + k] * b[k * EDGE + j];
			c[i * EDGE + j] = cell;
			sum += cell;
		}
	}
	return sum;
}

#define KEYS 80

// Makes 80 keys and sorts them by exchanging neighbours.
SEC("socket")
int sort(void *ctx)
{
	unsigned int *keys = (unsigned int *)memory, number = 12345;

	PLAIN for (unsigned int i = 0; i < KEYS; i++) {
		number = number * 1103515245 + 12345;
		keys[i] = number >> 8;
	}
	PLAIN for (unsigned int i = 0; i < KEYS; i++) {
		PLAIN for (unsigned int j = 0; j + 1 < KEYS - i; j++) {
			unsigned int left = keys[j], right = keys[j + 1];

			if (left > right) {
				keys[j] = right;
				keys[j + 1] = left;
			}
		}
	}
	return keys[0] ^ keys[KEYS - 1];
}

// CRC-32 of 32 KiB by a table, which it makes behind them.
SEC("socket")
int crc32(void *ctx)
{
	unsigned int *table = (unsigned int *)(memory + 64 * 1024), crc = ~0U;

	PLAIN for (unsigned int i = 0; i < 256; i++) {
		unsigned int entry = i;

		PLAIN for (int bit = 0; bit < 8; bit++)
			entry = entry & 1 ? entry >> 1 ^ 0xedb88320 : entry >> 1;
		table[i] = entry;
	}
	PLAIN for (unsigned int i = 0; i < 32 * 1024; i++)
		crc = table[(crc ^ memory[i]) & 255] ^ crc >> 8;
	return ~crc;
}

// Looks at the headers of 64 packets of 64 bytes, in the last 32 KiB, and sums the words of theirs.
SEC("socket")
int pkt(void *ctx)
{
	unsigned int accepted = 0, sums = 0;

	PLAIN for (unsigned int i = 0; i < 64; i++) {
		unsigned char *packet = memory + 96 * 1024 + i * 64;
		unsigned short *words = (unsigned short *)(packet + 14);
		unsigned int sum = 0;

		if ((packet[12] << 8 | packet[13]) != 0x800 || packet[14] >> 4 != 4)
			continue;
		PLAIN for (int w = 0; w < 10; w++)
			sum += words[w];
		sum = (sum & 0xffff) + (sum >> 16);
		sum = (sum & 0xffff) + (sum >> 16);
		sums += sum;
		accepted += packet[23] == 6 || packet[23] == 17;
	}
	return sums << 8 | accepted;
}

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

// Looks a key up 1,000 times.
SEC("socket")
int lookups(void *ctx)
{
	unsigned int found = 0;

	PLAIN for (unsigned int i = 0; i < 1000; i++) {
		unsigned int key = i & 511;

		if (bpf_map_lookup_elem(&numbers, &key))
			found++;
	}
	return found;
}

// The same without the lookup: what the rest of it takes.
SEC("socket")
int no_lookups(void *ctx)
{
	unsigned int found = 0;

	PLAIN for (unsigned int i = 0; i < 1000; i++) {
		volatile unsigned int key = i & 511;

		found += key & 1;
	}
	return found;
}

// Does nothing: what a run takes by itself.
SEC("socket")
int nothing(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
