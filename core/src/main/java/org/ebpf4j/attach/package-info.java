/// Program types, attach types, attach points and the table of section names: pure data.
@NullMarked
package org.ebpf4j.attach;

import org.jspecify.annotations.NullMarked;
