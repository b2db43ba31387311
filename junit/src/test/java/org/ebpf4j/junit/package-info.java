@NullMarked
package org.ebpf4j.junit;

import org.jspecify.annotations.NullMarked;
