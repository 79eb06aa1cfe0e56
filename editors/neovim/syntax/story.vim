" {{{ words
let s:keywords = ['character', 'scene', 'event', 'section', 'let', 'include']
let s:continued_properties = ['caption', 'as']
let s:name_properties = ['lead']
let s:other_properties = ['image']
let s:text_settings = ['title', 'author', 'negative']
let s:name_settings = ['main']
let s:other_settings = ['style', 'model', 'private-model', 'size', 'steps', 'guidance', 'seed', 'identity', 'font-size', 'pad-image', 'captions', 'lettering', 'reorder', 'callback']
let s:choices = {
  \ 'style': ['Comic book', 'Japanese Anime', 'Digital/Oil Painting', 'Pixar/Disney Character', 'Photographic', 'Line art', 'Black and White Film Noir', 'Isometric Rooms'],
  \ 'model': ['King_Hatchet/SereneXL', 'SereneXL', 'advokat/5DN-Hyperdetailed', '5DN-Hyperdetailed', 'Coolreal/PureRealism-Mix-XL', 'PureRealism-Mix-XL', 'mastertouch711/NaturaLust', 'NaturaLust', 'terrariumbuilder497/AdeptSDXL', 'AdeptSDXL', 'Raxephion/Tornado', 'Tornado', 'joebowersphotography/Halcyon-SDXL-Photorealism', 'Halcyon-SDXL-Photorealism', 'PromptSharingSamaritan/Samaritan-CGI', 'Samaritan-CGI', 'PromptSharingSamaritan/Samaritan-3d-Cartoon', 'Samaritan-3d-Cartoon', 'ThinkDiffusion/ThinkDiffusionXL', 'ThinkDiffusionXL', 'Adel_AI/Pixel-Alchemy', 'Pixel-Alchemy', 'JoeLink/WestRealistic-XL', 'WestRealistic-XL', 'galaxytimemachine/GalaxyTimeMachines-GTM-XLPlus', 'GalaxyTimeMachines-GTM-XLPlus', 'DarkBadBoy/NexusVisionXL', 'NexusVisionXL', 'Splashed/Splashed-Mix-DMD', 'Splashed-Mix-DMD', 'Splashed/Deep-Splashed-Something', 'Deep-Splashed-Something', 'Splashed/Splashed-Journey', 'Splashed-Journey', 'Magenttta/Purple-XL-Anime', 'Purple-XL-Anime', 'Magenttta/Fuchsia-XL', 'Fuchsia-XL', 'epiTune/chirps', 'chirps', 'SLACK69/SLACK-ultra-real-XL-merge', 'SLACK-ultra-real-XL-merge', 'Dark_infinity/Deep-Dark-Anime', 'Deep-Dark-Anime', '7whitefire7/RealCartoon-XL', 'RealCartoon-XL', 'Dark_infinity/Suzannes-XL-Mix', 'Suzannes-XL-Mix', 'J1B/Jib-Mix-Artful', 'Jib-Mix-Artful', 'J1B/Jib-Mix-Realistic-XL', 'Jib-Mix-Realistic-XL', 'socalguitarist/NightVisionXL', 'NightVisionXL', 'HorridWitch/OmnigenXL', 'OmnigenXL', 'StableDiffusionVN/SDVN6-RealXL', 'SDVN6-RealXL', 'StableDiffusionVN/SDVN7-NijiStyleXL', 'SDVN7-NijiStyleXL', 'StableDiffusionVN/SDVN8-ArtXL', 'SDVN8-ArtXL', 'LEOSAM/HelloWorld-XL', 'HelloWorld-XL', 'Zavy/ZavyChromaXL', 'ZavyChromaXL', 'Hevok/Endjourney-XL', 'Endjourney-XL', 'Aurety/_MOHAWK_', '_MOHAWK_', 'Aurety/_CHEYENNE_', '_CHEYENNE_', 'sinatra/RDXL-SFW', 'RDXL-SFW', 'sinatra/Real-Dream-SDXL-Classic', 'Real-Dream-SDXL-Classic', 'SG_161222/RealVisXL-V5.0', 'RealVisXL-V5.0', 'Lykon/DreamShaper-XL', 'DreamShaper-XL', 'wangqixun/YamerMIX v8.0', 'YamerMIX v8.0', 'SG161222/RealVisXL_V4.0', 'RealVisXL_V4.0', 'SG161222/RealVisXL_V3_0', 'RealVisXL_V3_0', 'moxie1776/Moxie Diffusion XL v1.91', 'Moxie Diffusion XL v1.91', 'KandooAI/Juggernaut v10.0', 'Juggernaut v10.0', 'braintacles/BriXL v5.0', 'BriXL v5.0', 'WarAnakin/Crystal Clear v1.0', 'Crystal Clear v1.0', 'PromptSharingSamaritan/Realistic Stock Photo v2.0', 'Realistic Stock Photo v2.0', 'Zavy/ZavyChromaXL v10.0', 'ZavyChromaXL v10.0', 'RunDiffusion/RunDiffusion XL beta', 'RunDiffusion XL beta', 'stabilityai/stable-diffusion-xl-base-1.0', 'stable-diffusion-xl-base-1.0'],
  \ 'identity': ['auto'],
  \ 'negative': ['none'],
  \ 'captions': ['text', 'none'],
  \ 'lettering': ['service', 'local'],
  \ 'reorder': ['yes', 'no'],
  \ }
" }}}
