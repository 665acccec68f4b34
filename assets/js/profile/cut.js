// Cuts a square out of a picture that somebody chose, before it is uploaded.

import { toast } from "../toast.js";
import { middle, moved, outputSide, zoomed } from "./square.js";

/** Of the square, for one press of an arrow key. */
const step = 0.04;
const quality = 0.92;
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function setUpCutting(form, dialog) {
    const picker = form.querySelector("input[type=file]");
    const canvas = dialog.querySelector("#cut-canvas");
    const result = dialog.querySelector("#cut-result");
    const zoom = dialog.querySelector("#cut-zoom");
    const shortest = Number(form.dataset.shortest);
    let picture;
    let square;

    function draw() {
        for (const target of [canvas, result]) {
            const context = target.getContext("2d");
            context.fillStyle = "#ffffff";
            context.fillRect(0, 0, target.width, target.height);
            context.drawImage(picture, square.left, square.top, square.side, square.side, 0, 0, target.width, target.height);
        }
    }

    function move(right, down) {
        square = moved(square, picture, right, down);
        draw();
    }

    picker.addEventListener("change", async () => {
        const file = picker.files[0];
        if (!file) return;
        try {
            picture = await createImageBitmap(file);
        } catch {
            // The server says what is wrong with it.
            return;
        }
        if (Math.min(picture.width, picture.height) < shortest) {
            const size = `${picture.width} × ${picture.height} pixels`;
            picker.value = "";
            return toast(`The logo has ${size}; it needs at least ${shortest} on each side. Choose a larger one.`, { stays: true });
        }
        square = middle(picture);
        zoom.value = 0;
        zoom.disabled = Math.min(picture.width, picture.height) === shortest;
        draw();
        dialog.showModal();
        canvas.focus();
    });

    zoom.addEventListener("input", () => {
        square = zoomed(square, picture, zoom.value / 100, shortest);
        draw();
    });
    canvas.addEventListener("keydown", (event) => {
        const arrow = arrows[event.key];
        if (!arrow) return;
        event.preventDefault();
        // The picture goes the other way than the square on it.
        move(-arrow[0] * square.side * step, -arrow[1] * square.side * step);
    });
    let held;
    canvas.addEventListener("pointerdown", (event) => {
        canvas.setPointerCapture(event.pointerId);
        held = event;
    });
    canvas.addEventListener("pointermove", (event) => {
        if (!canvas.hasPointerCapture(event.pointerId)) return;
        const scale = square.side / canvas.clientWidth;
        move((held.clientX - event.clientX) * scale, (held.clientY - event.clientY) * scale);
        held = event;
    });

    dialog.querySelector("#cut-cancel").addEventListener("click", () => dialog.close());
    let isUsed = false;
    dialog.addEventListener("close", () => {
        if (!isUsed) picker.value = "";
        isUsed = false;
    });
    dialog.querySelector("#cut-use").addEventListener("click", () => {
        const target = document.createElement("canvas");
        target.width = target.height = outputSide(square, shortest);
        const context = target.getContext("2d");
        // What is transparent would be black.
        context.fillStyle = "#ffffff";
        context.fillRect(0, 0, target.width, target.height);
        context.drawImage(picture, square.left, square.top, square.side, square.side, 0, 0, target.width, target.height);
        target.toBlob(
            (blob) => {
                if (!blob) return toast("The picture can't be cut here. Choose another.", { stays: true });
                const files = new DataTransfer();
                files.items.add(new File([blob], "logo.jpg", { type: "image/jpeg" }));
                picker.files = files.files;
                isUsed = true;
                dialog.close();
                form.requestSubmit();
            },
            "image/jpeg",
            quality,
        );
    });
}
