package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// System calls by which tests hold objects in every way that the kernel knows. The numbers are
/// those of x86-64.
public final class ZooCalls {
  private static final int OPEN = 2;
  private static final int MMAP = 9;
  private static final int MUNMAP = 11;
  private static final int IOCTL = 16;
  private static final int SENDMSG = 46;
  private static final int SOCKETPAIR = 53;
  private static final int CLOSE = 3;
  private static final int MOUNT = 165;
  private static final int UMOUNT2 = 166;
  private static final int UNSHARE = 272;
  private static final int IO_URING_SETUP = 425;
  private static final int IO_URING_REGISTER = 427;

  /// Flags of `unshare`.
  public static final int CLONE_FILES = 0x400;

  public static final int CLONE_NEWNS = 0x20000;

  private static final int O_PATH = 010000000;
  private static final int O_CLOEXEC = 02000000;
  private static final int O_RDWR = 2;
  private static final int O_DIRECTORY = 0200000;
  private static final int MS_REC = 1 << 14;
  private static final int MS_PRIVATE = 1 << 18;
  private static final int MNT_DETACH = 2;
  private static final int PAGE = 4096;

  private static final MethodHandle SYSCALL = link();

  private ZooCalls() {}

  @SuppressWarnings("restricted")
  private static MethodHandle link() {
    var l = ValueLayout.JAVA_LONG;
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find("syscall").orElseThrow(),
        FunctionDescriptor.of(l, l, l, l, l, l, l, l),
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
  }

  private static long call(String what, long number, long... arguments) {
    var layout = Linker.Option.captureStateLayout();
    var a = java.util.Arrays.copyOf(arguments, 6);
    try (var arena = Arena.ofConfined()) {
      var capture = arena.allocate(layout);
      var result = (long) SYSCALL.invokeExact(capture, number, a[0], a[1], a[2], a[3], a[4], a[5]);
      if (result == -1) {
        var errno =
            capture.get(
                ValueLayout.JAVA_INT,
                layout.byteOffset(MemoryLayout.PathElement.groupElement("errno")));
        throw org.ebpf4j.error.KernelException.of("the zoo", what, errno);
      }
      return result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// Gives the calling thread, which must be a platform thread, something of its own.
  public static void unshare(int flags) {
    call("unshare", UNSHARE, flags);
  }

  /// Mounts a bpffs in the calling thread's mount namespace, which must be its own.
  public static void mountBpffs(String path) {
    try (var arena = Arena.ofConfined()) {
      var none = arena.allocateFrom("none").address();
      call("mount", MOUNT, none, arena.allocateFrom("/").address(), 0, MS_REC | MS_PRIVATE, 0);
      call(
          "mount",
          MOUNT,
          none,
          arena.allocateFrom(path).address(),
          arena.allocateFrom("bpf").address(),
          0,
          0);
    }
  }

  /// Takes a mount away, which lives on for as long as something of it is open.
  public static void unmountLazily(String path) {
    try (var arena = Arena.ofConfined()) {
      call("umount2", UMOUNT2, arena.allocateFrom(path).address(), MNT_DETACH);
    }
  }

  /// Opens a file as nothing but a place.
  public static Fd openPath(String path) {
    return open(path, O_PATH);
  }

  public static Fd openDirectory(String path) {
    return open(path, O_DIRECTORY);
  }

  private static Fd open(String path, int flags) {
    try (var arena = Arena.ofConfined()) {
      return Fd.own(call("open", OPEN, arena.allocateFrom(path).address(), flags | O_CLOEXEC, 0));
    }
  }

  /// A tun device in the calling thread's network namespace, with a program as its filter.
  public static Fd tun(String name, int program) {
    var fd = open("/dev/net/tun", O_RDWR);
    try (var arena = Arena.ofConfined()) {
      var request = arena.allocate(40, 8);
      request.setString(0, name);
      request.set(ValueLayout.JAVA_SHORT, 16, (short) 0x1001); // IFF_TUN, IFF_NO_PI
      call("TUNSETIFF", IOCTL, fd.number(), 0x400454ca, request.address());
      var descriptor = arena.allocateFrom(ValueLayout.JAVA_INT, program);
      call("TUNSETFILTEREBPF", IOCTL, fd.number(), 0x800454e1L, descriptor.address());
      return fd;
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }

  /// A pair of unix sockets, at the second of which a message waits that has a descriptor.
  public static Fd[] inFlight(int passed) {
    try (var arena = Arena.ofConfined()) {
      var pair = arena.allocate(ValueLayout.JAVA_INT, 2);
      call("socketpair", SOCKETPAIR, 1, 2 | O_CLOEXEC, 0, pair.address());
      var first = Fd.own(pair.get(ValueLayout.JAVA_INT, 0));
      var second = Fd.own(pair.get(ValueLayout.JAVA_INT, 4));
      var data = arena.allocateFrom("x");
      var vector = arena.allocate(16, 8);
      vector.set(ValueLayout.JAVA_LONG, 0, data.address());
      vector.set(ValueLayout.JAVA_LONG, 8, 1);
      var control = arena.allocate(24, 8);
      control.set(ValueLayout.JAVA_LONG, 0, 20);
      control.set(ValueLayout.JAVA_INT, 8, 1); // SOL_SOCKET
      control.set(ValueLayout.JAVA_INT, 12, 1); // SCM_RIGHTS
      control.set(ValueLayout.JAVA_INT, 16, passed);
      var message = arena.allocate(56, 8);
      message.set(ValueLayout.JAVA_LONG, 16, vector.address());
      message.set(ValueLayout.JAVA_LONG, 24, 1);
      message.set(ValueLayout.JAVA_LONG, 32, control.address());
      message.set(ValueLayout.JAVA_LONG, 40, 24);
      call("sendmsg", SENDMSG, first.number(), message.address(), 0);
      return new Fd[] {first, second};
    }
  }

  /// Whether this kernel has io_urings for this process.
  public static boolean hasRings() {
    try (var arena = Arena.ofConfined()) {
      Fd.own(call("io_uring_setup", IO_URING_SETUP, 4, arena.allocate(120, 8).address())).close();
      return true;
    } catch (org.ebpf4j.error.KernelException e) {
      if (e.errno() == 38 || e.errno() == org.ebpf4j.error.Errno.EPERM) { // ENOSYS
        return false;
      }
      throw e;
    }
  }

  /// An io_uring with a registered file.
  public static Fd ring(int registered) {
    try (var arena = Arena.ofConfined()) {
      var parameters = arena.allocate(120, 8);
      var ring = Fd.own(call("io_uring_setup", IO_URING_SETUP, 4, parameters.address()));
      var files = arena.allocateFrom(ValueLayout.JAVA_INT, registered);
      call("io_uring_register", IO_URING_REGISTER, ring.number(), 2, files.address(), 1);
      return ring;
    }
  }

  /// Maps a page of a map into memory: its address.
  public static long map(int fd) {
    return call("mmap", MMAP, 0, PAGE, 1, 1, fd, 0);
  }

  public static void unmap(long address) {
    call("munmap", MUNMAP, address, PAGE);
  }

  /// Closes a descriptor of the calling thread's table.
  public static void close(int number) {
    call("close", CLOSE, number);
  }
}
