package org.ebpf4j.jfr;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// What a recording has of the events of programs.
final class Recorded {
  private Recorded() {}

  /// Runs `action` while there is a recording; the events whose types are called `ebpf.`.
  static List<RecordedEvent> during(Runnable action) {
    try (var recording = new Recording()) {
      recording.start();
      action.run();
      recording.stop();
      return events(recording);
    }
  }

  static List<RecordedEvent> events(Recording recording) {
    try {
      var file = Files.createTempFile("ebpf4j-test", ".jfr");
      try {
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
            .filter(e -> e.getEventType().getName().startsWith("ebpf."))
            .toList();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
