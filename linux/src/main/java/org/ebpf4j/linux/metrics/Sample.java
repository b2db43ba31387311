package org.ebpf4j.linux.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A number as it was read.
///
/// @param name what it counts
/// @param labels what tells it from others of that name, in order
/// @param value the number; above 2⁵³ a whole one is rounded
public record Sample(String name, Map<String, String> labels, double value) {
  public Sample {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }

  /// The value of a label; empty where there is none of that name.
  public String label(String wanted) {
    return labels.getOrDefault(wanted, "");
  }
}
