package org.ebpf4j.cli.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.cli.export.MetricsConfig.LabelRule;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.metrics.Label;

/// The parts of events that are labels, one after another from an event's first byte. Bytes after
/// them mean nothing.
final class EventLabels {
  private final List<Label> labels = new ArrayList<>();
  private final int size;

  /// @param rules the parts, each with its size
  /// @throws BpfException where a decoder makes nothing of a part's size
  EventLabels(List<LabelRule> rules, Decoding decoding) {
    var offset = 0;
    for (var rule : rules) {
      var plain = Decoding.untyped(rule.name(), offset, rule.size().orElseThrow());
      labels.add(decoding.in(plain, rule.decoders()));
      offset = Math.addExact(offset, Math.addExact(plain.size(), rule.padding()));
    }
    // Padding at the end has no need to be there.
    this.size = labels.isEmpty() ? 0 : labels.getLast().offset() + labels.getLast().size();
  }

  /// The labels of an event, in order; empty where a decoder leaves the event out.
  ///
  /// @throws BpfException where the event is too short, or a decoder fails
  Optional<Map<String, String>> of(byte[] event) {
    if (event.length < size) {
      throw new BpfException(
          "an event has " + event.length + " bytes, and its labels " + size + " together");
    }
    var texts = new LinkedHashMap<String, String>();
    for (var label : labels) {
      var text =
          label
              .text()
              .apply(Arrays.copyOfRange(event, label.offset(), label.offset() + label.size()));
      if (text.isEmpty()) {
        return Optional.empty();
      }
      texts.put(label.name(), text.get());
    }
    return Optional.of(texts);
  }
}
