package org.ebpf4j.linux.attach;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.ebpf4j.linux.internal.host.Mounts;

/// A cgroup of the test's own, with one shell in it; both gone when it is closed.
final class TestCgroup implements AutoCloseable {
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final Path path;
  private final ChildShell shell;

  private TestCgroup(Path path, ChildShell shell) {
    this.path = path;
    this.shell = shell;
  }

  static TestCgroup create() throws IOException {
    var root = Mounts.read().pointOf("cgroup2").orElseThrow();
    var name = "ebpf4j-test-" + ProcessHandle.current().pid() + "-" + NEXT.getAndIncrement();
    var shell = ChildShell.start();
    var cgroup = new TestCgroup(Files.createDirectory(root.resolve(name)), shell);
    try {
      Files.writeString(cgroup.path.resolve("cgroup.procs"), shell.pid() + "\n");
      return cgroup;
    } catch (IOException e) {
      cgroup.close();
      throw e;
    }
  }

  /// Puts another process into it, which must be gone before this is closed.
  void add(long pid) throws IOException {
    Files.writeString(path.resolve("cgroup.procs"), pid + "\n");
  }

  Path path() {
    return path;
  }

  /// The process in it.
  ChildShell shell() {
    return shell;
  }

  @Override
  public void close() throws IOException {
    shell.close();
    Await.until("the cgroup " + path + " to be empty", this::remove);
  }

  private boolean remove() throws IOException {
    try {
      Files.deleteIfExists(path);
      return true;
    } catch (FileSystemException _) {
      // EBUSY, for as long as what is left of a process is in it.
      return false;
    }
  }
}
