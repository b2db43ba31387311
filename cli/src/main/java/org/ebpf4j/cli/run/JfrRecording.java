package org.ebpf4j.cli.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import org.ebpf4j.cli.process.OutputFile;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.jfr.JfrEvents;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.ObjectSpec;

/// Events in a file of Flight Recorder: those of each map as a type called `ebpf.OBJECT.MAP`.
///
/// The file is written at the end. At a signal, Flight Recorder does so by itself and at once; what
/// is read after that is counted.
final class JfrRecording implements EventSink {
  /// How long Flight Recorder may take to write the file at a signal.
  private static final long MOST_SECONDS = 60;

  private final Path file;
  private final PrintWriter err;
  private final Recording recording = new Recording();
  private final CountDownLatch written = new CountDownLatch(1);
  private final FlightRecorderListener listener =
      new FlightRecorderListener() {
        @Override
        public void recordingStateChanged(Recording changed) {
          if (changed == recording && changed.getState() == RecordingState.CLOSED) {
            written.countDown();
          }
        }
      };
  private final Map<String, JfrEvents> events = new HashMap<>();
  private long late;

  private JfrRecording(Path file, PrintWriter err) {
    this.file = file;
    this.err = err;
  }

  /// Starts to record.
  ///
  /// @param types what the events of each map are
  /// @throws BpfException where the file cannot be written
  static JfrRecording start(
      ObjectSpec spec, Map<String, Optional<EventType>> types, Path file, PrintWriter err) {
    var started = new JfrRecording(file, err);
    try {
      types.forEach((map, type) -> started.add(spec.name() + '.' + map, map, type));
      started.start("ebpf4j run " + spec.name());
    } catch (IOException e) {
      started.end();
      throw FileError.of(file, "written", e);
    } catch (RuntimeException | Error e) {
      started.end();
      throw e;
    }
    return started;
  }

  private void add(String name, String map, Optional<EventType> type) {
    events.put(
        map,
        type.map(t -> JfrEvents.of(name, t.types(), t.id()))
            .orElseGet(() -> JfrEvents.untyped(name)));
  }

  private void start(String name) throws IOException {
    FlightRecorder.addListener(listener);
    recording.setName(name);
    recording.setToDisk(true);
    recording.setDestination(OutputFile.target(file));
    recording.setDumpOnExit(true);
    recording.start();
  }

  private JfrEvents of(String map) {
    var found = events.get(map);
    if (found == null) {
      throw new IllegalStateException("no map '" + map + "' was announced");
    }
    return found;
  }

  @Override
  public void event(String map, Optional<EventType> type, byte[] bytes) {
    of(map).commit(bytes);
    if (recording.getState() != RecordingState.RUNNING) {
      late++;
    }
  }

  @Override
  public void lost(String map, long count) {
    of(map).lost(count);
  }

  /// Has the file written.
  ///
  /// @throws BpfException where that failed
  @Override
  public void close() {
    try {
      stop();
      if (written.getCount() > 0) {
        throw new BpfException(file + ": was not written as a whole; is the disk full?");
      }
      if (late > 0) {
        err.println(
            file + ": without the last " + late + " events, which were read after the signal");
      }
    } finally {
      end();
    }
  }

  private void stop() {
    try {
      recording.stop();
    } catch (IllegalStateException _) {
      awaitFlightRecorder();
    }
  }

  /// Waits for Flight Recorder, which has stopped the recording at a signal.
  private void awaitFlightRecorder() {
    try {
      if (!written.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        throw new BpfException(file + ": is still being written after " + MOST_SECONDS + " s");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    recording.close();
    FlightRecorder.removeListener(listener);
    events.values().forEach(JfrEvents::close);
  }
}
