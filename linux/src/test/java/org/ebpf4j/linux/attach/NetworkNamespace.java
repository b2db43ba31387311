package org.ebpf4j.linux.attach;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.sys.TestCalls;

/// A network namespace of the test's own: that of one thread, which lives until this is closed, and
/// of what is opened in it. Nothing is given a name outside, so nothing can be left behind.
final class NetworkNamespace implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("ebpf4j-netns").factory());
  private final Path path;

  private NetworkNamespace() throws Exception {
    path = call(NetworkNamespace::enter);
  }

  private static Path enter() throws IOException {
    var errno = TestCalls.unshareNetwork();
    if (errno != 0) {
      throw KernelException.of("a network namespace", "unshare", errno);
    }
    return Path.of("/proc")
        .resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")))
        .resolve("ns/net");
  }

  /// An empty one, with `lo` up.
  static NetworkNamespace create() throws Exception {
    var namespace = new NetworkNamespace();
    namespace.ip("link", "set", "lo", "up");
    return namespace;
  }

  /// Two of them, joined by a cable: `near0` with 10.11.12.1 in the first, `far0` with 10.11.12.2
  /// in the second.
  static void join(NetworkNamespace near, NetworkNamespace far) throws Exception {
    near.ip("link", "add", "near0", "type", "veth", "peer", "name", "far0", "netns", far.path + "");
    near.ip("addr", "add", "10.11.12.1/24", "dev", "near0");
    far.ip("addr", "add", "10.11.12.2/24", "dev", "far0");
    near.ip("link", "set", "near0", "up");
    far.ip("link", "set", "far0", "up");
  }

  /// The file that stands for it, which other threads can enter it by.
  Path path() {
    return path;
  }

  /// Does something in it. Sockets that are opened there belong to it for good.
  <T> T call(Callable<T> action) throws Exception {
    try {
      return thread.submit(action).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /// Runs `ip` in it.
  void ip(String... arguments) throws Exception {
    var command = new String[arguments.length + 1];
    command[0] = "ip";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    run(command);
  }

  /// Runs a command in it: what it prints.
  String run(String... command) throws Exception {
    return call(() -> {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + output);
      }
      return output;
    });
  }

  @Override
  public void close() {
    thread.close();
  }
}
