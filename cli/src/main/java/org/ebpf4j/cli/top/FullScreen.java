package org.ebpf4j.cli.top;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.process.Ending;
import org.ebpf4j.cli.process.OutputException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.ProgramInfo;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// `top` on a whole terminal, until a key or a signal ends it. The only class that knows the
/// terminal library. However it ends, the terminal is as it was before.
final class FullScreen {
  /// How long a wait for a key may be: how soon a signal or a new size is seen.
  private static final long LOOK_MILLIS = 100;

  private static final Duration SIGNAL_COMES = Duration.ofSeconds(1);

  private static final int LEAST_COLUMNS = 20;
  private static final int LEAST_ROWS = 3;

  private static final String ENTER = "\u001b[?1049h\u001b[?25l";
  private static final String LEAVE = "\u001b[0m\u001b[?25h\u001b[?1049l";

  private final LinuxKernel kernel;
  private final TopCommand.Holders holders;
  private final Model model;
  private final Duration every;
  private final Ending ending;
  private final boolean colors;

  // What is written goes past the terminal library, which at a signal may have closed its own
  // stream before the screen is left.
  private final OutputStream out = new FileOutputStream(FileDescriptor.out);

  private Map<Integer, ProgramInfo> before = Map.of();
  private Map<Integer, MapFill> fills = Map.of();
  private Size size = Size.of(0, 0);
  private long since;
  private String drawn = "";

  /// @param every the time between two samples
  /// @param colors whether there are colours
  FullScreen(
      LinuxKernel kernel,
      TopCommand.Holders holders,
      Model model,
      Duration every,
      Ending ending,
      boolean colors) {
    this.kernel = kernel;
    this.holders = holders;
    this.model = model;
    this.every = every;
    this.ending = ending;
    this.colors = colors;
  }

  /// Shows it until the end.
  void run() {
    // Signals are handled by the command line; a new size is seen at the next look.
    try (var terminal =
        TerminalBuilder.builder()
            .system(true)
            .provider("ffm")
            .dumb(false)
            .nativeSignals(false)
            .graphemeCluster(false)
            .encoding(StandardCharsets.UTF_8)
            .build()) {
      var attributes = terminal.enterRawMode();
      try {
        // Ctrl-C is a signal, as elsewhere. Ctrl-Z would leave a stopped process, and the terminal
        // as it is; what a JVM prints at Ctrl-\ belongs on no screen.
        var raw = terminal.getAttributes();
        raw.setLocalFlag(Attributes.LocalFlag.ISIG, true);
        raw.setControlChar(Attributes.ControlChar.VQUIT, 0);
        raw.setControlChar(Attributes.ControlChar.VSUSP, 0);
        terminal.setAttributes(raw);
        write(ENTER);
        loop(terminal);
      } finally {
        try {
          write(LEAVE);
        } finally {
          restore(terminal, attributes);
        }
      }
    } catch (IOException e) {
      throw OutputException.of("the terminal", FileError.reason(e));
    }
  }

  // At a signal the terminal library closes the terminal by itself, from another thread: it
  // restores
  // its settings, and refuses all calls then.

  private static void restore(Terminal terminal, Attributes attributes) {
    try {
      terminal.setAttributes(attributes);
    } catch (IllegalStateException _) {
      // They are restored.
    }
  }

  private static int read(Terminal terminal, long millis) throws IOException {
    try {
      return terminal.reader().read(millis);
    } catch (IllegalStateException | EOFException _) {
      return Keys.CLOSED;
    }
  }

  /// Its size; the last one, where it is closed.
  private Size size(Terminal terminal) {
    try {
      size = terminal.getSize();
    } catch (IllegalStateException _) {
      // The end comes.
    }
    return size;
  }

  private void loop(Terminal terminal) throws IOException {
    var keys = new Keys(millis -> read(terminal, millis));
    before = ProgramRate.byId(kernel.programs());
    since = System.nanoTime();
    while (!ending.getAsBoolean() && !keys.isClosed()) {
      draw(terminal);
      var left = Duration.ofNanos(since + every.toNanos() - System.nanoTime()).toMillis();
      if (left <= 0) {
        sample();
        continue;
      }
      var key = keys.next(Math.min(left, LOOK_MILLIS));
      if (key.isEmpty()) {
        continue;
      }
      switch (model.press(key.orElseThrow())) {
        case QUIT -> {
          return;
        }
        case DETAILS -> details(terminal);
        case SAMPLE -> sample();
        case NONE -> {
          // It is drawn anew.
        }
      }
    }
    // Where the terminal was closed first, the signal is about to be seen.
    ending.await(SIGNAL_COMES);
  }

  private void sample() {
    var programs = kernel.programs();
    var now = System.nanoTime();
    var rates = ProgramRate.between(before, programs, Duration.ofNanos(now - since));
    before = ProgramRate.byId(programs);
    since = now;
    model.add(new Sample(rates, model.page() == Model.Page.MAPS ? maps() : List.of()));
  }

  private List<MapFill> maps() {
    var counted = MapFill.count(kernel, kernel.maps(), fills);
    var byId = new HashMap<Integer, MapFill>();
    counted.forEach(fill -> byId.put(fill.map().id(), fill));
    fills = byId;
    return counted;
  }

  /// The search for who holds it may take a second.
  private void details(Terminal terminal) throws IOException {
    var program = model.selectedProgram();
    if (program.isEmpty()) {
      return;
    }
    model.showDetails(List.of("looking for who holds it…"));
    draw(terminal);
    model.showDetails(Details.of(kernel, program.orElseThrow().program(), holders));
  }

  private void draw(Terminal terminal) throws IOException {
    var size = size(terminal);
    // A terminal that does not know its size says 0.
    var columns = size.getColumns() == 0 ? 80 : Math.max(LEAST_COLUMNS, size.getColumns());
    var rows = size.getRows() == 0 ? 24 : Math.max(LEAST_ROWS, size.getRows());
    var text = new StringBuilder("\u001b[H");
    var lines = new Screen(columns, rows).draw(model);
    for (int i = 0; i < lines.size(); i++) {
      text.append(i == 0 ? "" : "\r\n").append(looks(lines.get(i), columns)).append("\u001b[K");
    }
    text.append("\u001b[J");
    // What is the same already is not written again.
    if (!drawn.contentEquals(text)) {
      drawn = text.toString();
      write(drawn);
    }
  }

  private String looks(Screen.Line line, int columns) {
    return switch (line.look()) {
      case PLAIN -> line.text();
      case TITLE -> (colors ? "\u001b[36m" : "\u001b[1m") + line.text() + "\u001b[0m";
      case HEADER -> "\u001b[1m" + line.text() + "\u001b[0m";
      case SELECTED -> {
        var blank = columns - line.text().codePointCount(0, line.text().length());
        yield "\u001b[7m" + line.text() + " ".repeat(Math.max(0, blank)) + "\u001b[0m";
      }
    };
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
