// The libbpf side of bench/tcx.
//
//   tcx OBJECT PROGRAM DEVICE COUNT     attaches the program to the device by tcx and detaches it, COUNT times for each
//                                       empty line of standard input, and prints how many microseconds that took; any
//                                       other line is the end
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// enum bpf_attach_type, which libbpf before 1.3 does not have
#define TCX_INGRESS 46

int main(int argc, char **argv)
{
	struct timespec start, end;
	char line[64];

	if (argc != 5)
		return 2;
	struct bpf_object *object = bpf_object__open_file(argv[1], NULL);
	if (libbpf_get_error(object) || bpf_object__load(object))
		return 1;
	int program = bpf_program__fd(bpf_object__find_program_by_name(object, argv[2]));
	int count = atoi(argv[4]);

	while (fgets(line, sizeof(line), stdin) && !strcmp(line, "\n")) {
		clock_gettime(CLOCK_MONOTONIC, &start);
		for (int i = 0; i < count; i++) {
			int link = bpf_link_create(program, if_nametoindex(argv[3]), TCX_INGRESS, NULL);
			if (link < 0) {
				perror("bpf_link_create");
				return 1;
			}
			close(link);
		}
		clock_gettime(CLOCK_MONOTONIC, &end);
		printf("%ld\n", (end.tv_sec - start.tv_sec) * 1000000L + (end.tv_nsec - start.tv_nsec) / 1000);
		fflush(stdout);
	}
	return 0;
}
