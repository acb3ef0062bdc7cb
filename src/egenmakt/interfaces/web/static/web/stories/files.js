// What was recorded or photographed can be heard and seen before it is sent, and a picture is made smaller first.

const shrink = async (file, most) => {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, most / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
  return new File([blob], "photo.jpg", { type: "image/jpeg" });
};

for (const box of document.querySelectorAll("[data-file]")) {
  const input = box.querySelector("input[type=file]");
  const heard = box.querySelector(".file-heard");
  const said = heard.querySelector("[role=status]");
  let player = null;
  input.addEventListener("change", async () => {
    player?.remove();
    said.textContent = "";
    heard.hidden = !input.files.length;
    if (!input.files.length) return;
    const isPhoto = box.dataset.kind === "photo";
    if (isPhoto) {
      try {
        const files = new DataTransfer();
        files.items.add(await shrink(input.files[0], Number(box.dataset.pixelsMax || 1600)));
        input.files = files.files;
      } catch {
        // a kind of picture that this browser cannot read: the server looks at it as it is
      }
    }
    player = document.createElement(isPhoto ? "img" : "audio");
    player.src = URL.createObjectURL(input.files[0]);
    if (isPhoto) player.alt = "";
    else {
      player.controls = true;
      player.addEventListener("loadedmetadata", () => {
        if (player.duration > Number(box.dataset.secondsMax || Infinity)) said.textContent = box.dataset.tooLong;
      });
    }
    heard.append(player);
  });
}
