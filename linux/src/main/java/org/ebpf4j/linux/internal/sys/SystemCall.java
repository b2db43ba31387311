package org.ebpf4j.linux.internal.sys;

/// The numbers of the system calls in use: on x86-64 (`arch/x86/entry/syscalls/syscall_64.tbl`),
/// and on the architectures with the common table (`include/uapi/asm-generic/unistd.h`: AArch64,
/// RISC-V, LoongArch).
enum SystemCall {
  READ(0, 63),
  WRITE(1, 64),
  CLOSE(3, 57),
  MMAP(9, 222),
  MUNMAP(11, 215),
  RT_SIGPROCMASK(14, 135),
  IOCTL(16, 29),
  SOCKET(41, 198),
  CONNECT(42, 203),
  SENDTO(44, 206),
  RECVFROM(45, 207),
  BIND(49, 200),
  LISTEN(50, 201),
  GETSOCKNAME(51, 204),
  SETSOCKOPT(54, 208),
  FCNTL(72, 25),
  STATFS(137, 43),
  FSTATFS(138, 44),
  GETTID(186, 178),
  CLOCK_GETTIME(228, 113),
  EPOLL_CTL(233, 21),
  TGKILL(234, 131),
  OPENAT(257, 56),
  PPOLL(271, 73),
  EPOLL_PWAIT(281, 22),
  ACCEPT4(288, 242),
  EVENTFD2(290, 19),
  EPOLL_CREATE1(291, 20),
  PERF_EVENT_OPEN(298, 241),
  PRLIMIT64(302, 261),
  OPEN_BY_HANDLE_AT(304, 265),
  UNSHARE(272, 97),
  SETNS(308, 268),
  KCMP(312, 272),
  BPF(321, 280),
  FSOPEN(430, 430),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  PIDFD_OPEN(434, 434),
  PIDFD_GETFD(438, 438);

  private static final int X86 = 0;
  private static final int GENERIC = 1;
  private static final int ARCHITECTURE =
      switch (System.getProperty("os.arch")) {
        case "amd64", "x86_64" -> X86;
        case "aarch64", "riscv64", "loongarch64" -> GENERIC;
        default -> -1;
      };

  private final int x86;
  private final int generic;

  SystemCall(int x86, int generic) {
    this.x86 = x86;
    this.generic = generic;
  }

  /// The number on this machine; -1 where this library does not know the architecture.
  int number() {
    return switch (ARCHITECTURE) {
      case X86 -> x86;
      case GENERIC -> generic;
      default -> -1;
    };
  }
}
