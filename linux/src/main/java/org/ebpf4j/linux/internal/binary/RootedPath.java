package org.ebpf4j.linux.internal.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/// Paths that begin at another root directory.
final class RootedPath {
  /// As many links as the kernel follows.
  private static final int MOST_LINKS = 40;

  private RootedPath() {}

  /// A path below a root directory, all of whose links are followed as if that was `/`.
  static Path resolve(Path root, String path) {
    var left = new ArrayDeque<String>();
    push(left, path);
    var at = root;
    var links = 0;
    while (!left.isEmpty()) {
      var name = left.pop();
      if (name.equals("..")) {
        at = at.equals(root) ? root : Objects.requireNonNullElse(at.getParent(), root);
        continue;
      }
      var next = at.resolve(name);
      if (!Files.isSymbolicLink(next) || ++links > MOST_LINKS) {
        at = next;
        continue;
      }
      var target = target(next);
      if (target.startsWith("/")) {
        at = root;
      }
      push(left, target);
    }
    return at;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      // It is gone, which whoever opens the path is told.
      return String.valueOf(link.getFileName());
    }
  }

  private static void push(Deque<String> left, String path) {
    List.of(path.split("/")).reversed().stream()
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .forEach(left::push);
  }
}
