package org.ebpf4j.error;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The kernel, or this library, lacks a feature. [#since()] is the first kernel release that has
/// it, where it is known.
public final class UnsupportedFeatureException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String feature;
  private final @Nullable String since;

  /// The lack of `feature`; the message is complete as given.
  public UnsupportedFeatureException(String feature, @Nullable String since, String message) {
    super(message);
    this.feature = feature;
    this.since = since;
  }

  /// What is missing.
  public String feature() {
    return feature;
  }

  /// The first kernel release that has the feature, such as `5.15`.
  public Optional<String> since() {
    return Optional.ofNullable(since);
  }
}
