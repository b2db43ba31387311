// Makes the objects and processes that bench/why counts references in.
//
//     why OBJECTS PROCESSES   makes so many objects (of ten, five maps, four programs and one link), each held by this
//                             process, and processes that hold five more descriptors of them each; prints the id of a
//                             program, and ends with standard input
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

static void fail(const char *what) {
  fprintf(stderr, "why: %s: %s\n", what, strerror(errno));
  exit(1);
}

static unsigned id_of(int fd, int map) {
  struct bpf_prog_info prog = {};
  struct bpf_map_info info = {};
  unsigned size = map ? sizeof(info) : sizeof(prog);
  if (bpf_obj_get_info_by_fd(fd, map ? (void *)&info : (void *)&prog, &size)) fail("info");
  return map ? info.id : prog.id;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int objects = atoi(argv[1]), processes = atoi(argv[2]);
  struct rlimit files = {objects + 4096, objects + 4096};
  setrlimit(RLIMIT_NOFILE, &files);
  int *fds = calloc(objects, sizeof(int));
  unsigned *ids = calloc(objects, sizeof(unsigned));
  struct bpf_insn code[] = {
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0},
      {.code = BPF_JMP | BPF_EXIT},
  };
  int program = -1;
  for (int i = 0; i < objects; i++) {
    int kind = i % 10;
    if (kind < 5) {
      fds[i] = bpf_map_create(BPF_MAP_TYPE_ARRAY, "why", 4, 8, 1, NULL);
    } else if (kind < 9) {
      fds[i] = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "why", "GPL", code, 2, NULL);
      program = fds[i];
    } else {
      fds[i] = bpf_raw_tracepoint_open("sched_process_hang", program);
    }
    if (fds[i] < 0) fail("an object");
    if (kind < 9) ids[i] = id_of(fds[i], kind < 5);
  }
  pid_t *children = calloc(processes, sizeof(pid_t));
  for (int p = 0; p < processes; p++) {
    children[p] = fork();
    if (children[p] < 0) fail("fork");
    if (children[p] == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (int i = 0; i < objects; i++) close(fds[i]);
      for (int n = 0; n < 5; n++) {
        int i = (p * 5 + n) % objects;
        if (i % 10 == 9) i--;
        int fd = i % 10 < 5 ? bpf_map_get_fd_by_id(ids[i]) : bpf_prog_get_fd_by_id(ids[i]);
        if (fd < 0) fail("open by id");
      }
      pause();
      _exit(0);
    }
  }
  sleep(1);
  printf("%u\n", id_of(program, 0));
  fflush(stdout);
  while (getchar() != EOF) {
  }
  for (int p = 0; p < processes; p++) kill(children[p], SIGKILL);
  while (wait(NULL) > 0) {
  }
  return 0;
}
