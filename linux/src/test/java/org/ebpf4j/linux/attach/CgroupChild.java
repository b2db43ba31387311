package org.ebpf4j.linux.attach;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Another JVM, in a cgroup, that makes the system calls that hooks of cgroups see. It is told one
/// after the other, and answers with what came of it: a number, or an error number negated.
final class CgroupChild implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int STREAM = 1;
  private static final int DGRAM = 2;
  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();

  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;

  private CgroupChild(Process process) {
    this.process = process;
    this.answers = process.inputReader();
    this.commands = process.outputWriter();
  }

  static CgroupChild start() throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            CgroupChild.class.getName()));
    return new CgroupChild(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  long pid() {
    return process.pid();
  }

  /// Has it do something: `bind4`, `getsockopt`; what came of it.
  int run(String what) throws IOException {
    commands.write(what + "\n");
    commands.flush();
    var said = new StringBuilder();
    for (var line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith("result ")) {
        return Integer.parseInt(line.substring("result ".length()));
      }
      said.append(line).append('\n');
    }
    throw new IOException("the child ended in " + what + ": " + said);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  public static void main(String[] arguments) throws Throwable {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (var line = input.readLine(); line != null; line = input.readLine()) {
      System.out.println("result " + perform(line));
    }
  }

  private static int perform(String what) throws Throwable {
    try (var arena = Arena.ofConfined()) {
      if (what.endsWith("_unix")) {
        return unix(arena, what.substring(0, what.length() - 5));
      }
      var v6 = what.endsWith("6");
      return switch (what) {
        case "sock_create", "sock_release" -> {
          var socket = socket(AF_INET, DGRAM);
          yield socket < 0 ? socket : call("close", socket);
        }
        case "sysctl" -> {
          var file = call("open", arena.allocateFrom("/proc/sys/kernel/ostype").address(), 0);
          yield file < 0 ? file : close(file, call("read", file, arena.allocate(64).address(), 64));
        }
        case "getsockopt" -> {
          var size = arena.allocateFrom(ValueLayout.JAVA_INT, 4);
          yield onSocket(
              AF_INET,
              s -> call("getsockopt", s, 1, 3, arena.allocate(4).address(), size.address()));
        }
        case "setsockopt" ->
            onSocket(
                AF_INET,
                s ->
                    call(
                        "setsockopt",
                        s,
                        1,
                        2,
                        arena.allocateFrom(ValueLayout.JAVA_INT, 1).address(),
                        4));
        default ->
            onSocket(
                v6 ? AF_INET6 : AF_INET,
                s -> address(arena, what.substring(0, what.length() - 1), s, v6));
      };
    }
  }

  private interface OnSocket {
    int apply(int socket) throws Throwable;
  }

  private static int onSocket(int family, OnSocket action) throws Throwable {
    var socket = socket(family, DGRAM);
    return socket < 0 ? socket : close(socket, action.apply(socket));
  }

  private static int close(int fd, int result) throws Throwable {
    call("close", fd);
    return result;
  }

  private static int address(Arena arena, String what, int socket, boolean v6) throws Throwable {
    var size = v6 ? 28 : 16;
    var nobody = loopback(arena, v6, 9);
    var own = loopback(arena, v6, 0);
    var answer = arena.allocate(size, 8);
    var length = arena.allocateFrom(ValueLayout.JAVA_INT, size);
    return switch (what) {
      case "bind", "post_bind" -> call("bind", socket, own.address(), size);
      case "connect" -> call("connect", socket, nobody.address(), size);
      case "sendmsg" -> {
        var sent = call("sendto", socket, answer.address(), 1, 0, nobody.address(), size);
        yield Math.min(0, sent);
      }
      case "getpeername" -> {
        call("connect", socket, nobody.address(), size);
        yield port(call("getpeername", socket, answer.address(), length.address()), answer);
      }
      case "getsockname" -> {
        var bound = loopback(arena, v6, 4241);
        call("bind", socket, bound.address(), size);
        yield port(call("getsockname", socket, answer.address(), length.address()), answer);
      }
      case "recvmsg" -> {
        var bound = loopback(arena, v6, 4241);
        call("bind", socket, bound.address(), size);
        call("sendto", socket, arena.allocate(1).address(), 1, 0, bound.address(), size);
        yield port(
            call(
                "recvfrom",
                socket,
                arena.allocate(1).address(),
                1,
                0,
                answer.address(),
                length.address()),
            answer);
      }
      default -> throw new IllegalArgumentException(what);
    };
  }

  private static int port(int result, MemorySegment address) {
    return result < 0 ? result : Short.toUnsignedInt(address.get(PORT, 2));
  }

  private static MemorySegment loopback(Arena arena, boolean v6, int port) {
    var address = arena.allocate(28, 8);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) (v6 ? AF_INET6 : AF_INET));
    address.set(PORT, 2, (short) port);
    if (v6) {
      address.set(ValueLayout.JAVA_BYTE, 23, (byte) 1);
    } else {
      address.set(ValueLayout.JAVA_BYTE, 4, (byte) 127);
      address.set(ValueLayout.JAVA_BYTE, 7, (byte) 1);
    }
    return address;
  }

  /// Local sockets without files: their names begin with a zero.
  private static int unix(Arena arena, String what) throws Throwable {
    var type = what.equals("sendmsg") || what.equals("recvmsg") ? DGRAM : STREAM;
    var name = arena.allocate(110, 8);
    name.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    var text = "ebpf4j-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    MemorySegment.copy(
        text.getBytes(StandardCharsets.US_ASCII), 0, name, ValueLayout.JAVA_BYTE, 3, text.length());
    var size = 3 + text.length();
    var server = socket(AF_UNIX, type);
    var client = socket(AF_UNIX, type);
    var answer = arena.allocate(110, 8);
    var length = arena.allocateFrom(ValueLayout.JAVA_INT, 110);
    try {
      call("bind", server, name.address(), size);
      if (type == DGRAM) {
        var sent = call("sendto", client, answer.address(), 1, 0, name.address(), size);
        return what.equals("sendmsg")
            ? Math.min(0, sent)
            : Math.min(
                0,
                call(
                    "recvfrom",
                    server,
                    answer.address(),
                    1,
                    0,
                    answer.address(),
                    length.address()));
      }
      call("listen", server, 1);
      var connected = call("connect", client, name.address(), size);
      return switch (what) {
        case "connect" -> connected;
        case "getpeername" -> call("getpeername", client, answer.address(), length.address());
        case "getsockname" -> call("getsockname", server, answer.address(), length.address());
        default -> throw new IllegalArgumentException(what);
      };
    } finally {
      call("close", server);
      call("close", client);
    }
  }

  private static int socket(int family, int type) throws Throwable {
    return call("socket", family, type, 0);
  }

  /// Calls a function of the C library; its result, or the error number negated.
  @SuppressWarnings("restricted")
  private static int call(String name, long... arguments) throws Throwable {
    var linker = Linker.nativeLinker();
    var types = new MemoryLayout[arguments.length];
    java.util.Arrays.fill(types, ValueLayout.JAVA_LONG);
    var handle =
        linker.downcallHandle(
            linker.defaultLookup().find(name).orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, types),
            Linker.Option.captureCallState("errno"));
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      var all = new ArrayList<Object>();
      all.add(state);
      for (var argument : arguments) {
        all.add(argument);
      }
      var result = (int) handle.invokeWithArguments(all);
      return result < 0
          ? -state.get(
              ValueLayout.JAVA_INT,
              STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno")))
          : result;
    }
  }
}
