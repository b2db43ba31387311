package org.ebpf4j.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Closes several things, the last first, whatever happens on the way.
public final class Closing {
  private Closing() {}

  /// Closes them; the first failure is thrown, with the others attached to it.
  public static void all(List<? extends AutoCloseable> resources) {
    var failure = closeAll(null, resources);
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  /// Closes them after a failure, which failures of closing are attached to.
  public static void after(Throwable failure, List<? extends AutoCloseable> resources) {
    closeAll(failure, resources);
  }

  private static @Nullable Throwable closeAll(
      @Nullable Throwable failure, List<? extends AutoCloseable> resources) {
    var first = failure;
    for (var resource : resources.reversed()) {
      try {
        resource.close();
      } catch (Exception e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    return first;
  }
}
