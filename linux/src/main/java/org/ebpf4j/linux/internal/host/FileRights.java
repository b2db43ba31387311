package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/// Who may reach a file, as far as it can be seen.
final class FileRights {
  private FileRights() {}

  /// What keeps this process from a file: the first directory on the way that it may not search, or
  /// the file itself, with its owner and mode. Empty where nothing of it can be seen.
  static Optional<String> barrier(Path file) {
    Path last = null;
    for (var each = file.toAbsolutePath().getRoot(); each != null; each = next(each, file)) {
      if (describe(each).isEmpty()) {
        break;
      }
      last = each;
      if (Files.isDirectory(each) && !Files.isExecutable(each)) {
        break;
      }
    }
    return Optional.ofNullable(last).flatMap(FileRights::describe);
  }

  private static @org.jspecify.annotations.Nullable Path next(Path each, Path file) {
    var names = each.getNameCount();
    return names < file.toAbsolutePath().getNameCount()
        ? each.resolve(file.toAbsolutePath().getName(names))
        : null;
  }

  private static Optional<String> describe(Path path) {
    try {
      var attributes = Files.readAttributes(path, "unix:mode,owner", LinkOption.NOFOLLOW_LINKS);
      var mode = (Integer) attributes.get("mode");
      return Optional.of(
          path
              + " belongs to "
              + attributes.get("owner")
              + " and is of mode "
              + Integer.toOctalString((mode == null ? 0 : mode) & 07777));
    } catch (IOException | UnsupportedOperationException _) {
      return Optional.empty();
    }
  }
}
